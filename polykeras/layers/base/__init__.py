"""What `polykeras.layers.Layer` is made of, one idea a file: each class here adds to the one before it."""
