"""Data sets from local files: those that Keras 1 had downloaded, or today's of `polykeras.datasets`.

Nothing is downloaded. Where both are missing, the message is about today's file, which can still be had.
"""
