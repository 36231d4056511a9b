"""Pages of real servers, files and pasted words, and what is captured of them."""
