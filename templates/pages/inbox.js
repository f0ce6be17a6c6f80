// Says that mail has arrived since the list was made. Without this script the list works all the same.

const arrived = document.querySelector(".arrived");
const known = Number(arrived.dataset.count);

async function look() {
  const answer = await fetch("/messages.json");
  const { count } = await answer.json();
  if (count > known && !arrived.firstChild) {
    const link = document.createElement("a");
    link.href = "/";
    link.textContent = "New mail has arrived. Show it";
    arrived.append(link);
  }
}

setInterval(() => document.hidden || look().catch(() => {}), 2000);
