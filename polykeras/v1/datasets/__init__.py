"""Data sets from local files: see each module for the file's name. Nothing is downloaded."""
