"""The one training loop, for all models and all backends."""
