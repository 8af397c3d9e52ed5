"""Side-by-side speed: polykeras, Keras 3, and loops written by hand in each framework.

``python -m benchmarks.run`` prints the table; ``benchmarks/README.md`` says how to read it.
"""
