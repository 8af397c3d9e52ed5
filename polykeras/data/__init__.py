"""Data files that the package carries; `README.md` beside this file states their source and licence."""
