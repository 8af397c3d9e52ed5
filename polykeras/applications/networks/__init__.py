"""The networks' layers and how they are connected, written once for today's layers and for Keras 1's."""
