"""What the words, links and pictures of an edition say, as its author wrote them."""
