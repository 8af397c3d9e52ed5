"""Rules of matrix factorizations and what is solved with them."""
