"""What is sent, to real receivers."""
