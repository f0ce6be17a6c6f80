// Follows the edition: when a file changes, the report and the mail are fetched again, and the reader
// stays at the place to which they had scrolled. Without this script the page works; it only stands still.

const live = document.getElementById("live");
const events = new EventSource(`/events?seen=${encodeURIComponent(live.dataset.seen)}`);

events.onopen = () => say("Follows your files as you save.");
events.onerror = () => say("The preview has stopped. Start it again to go on.");
events.onmessage = async () => {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  swap("report", fresh);
  showMail(fresh);
  say(`Updated at ${new Date().toLocaleTimeString("en-GB")}.`);
};

function say(words) {
  live.textContent = words;
}

function swap(id, fresh) {
  document.getElementById(id).replaceWith(fresh.getElementById(id));
}

function showMail(fresh) {
  const frame = document.querySelector("#stage iframe");
  if (frame && fresh.querySelector("#stage iframe")) {
    frame.contentWindow.location.reload(); // Which, unlike a new frame, keeps the place.
  } else {
    swap("stage", fresh);
  }
}
