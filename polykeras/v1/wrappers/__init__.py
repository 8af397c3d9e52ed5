"""Models of Keras 1 in other libraries."""
