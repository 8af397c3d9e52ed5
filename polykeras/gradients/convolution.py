"""Rules of the convolution family, forward and backward."""
