"""Rules of whole-sequence recurrent kernels."""
