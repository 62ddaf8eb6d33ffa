"""What builds and checks the book: notebooks, browser, PDF, cover, publishing."""
