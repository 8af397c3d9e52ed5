"""Rules of complex numbers and Fourier transforms."""
