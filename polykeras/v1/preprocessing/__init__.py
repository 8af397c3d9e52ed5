"""Preparing sequences, texts and images."""
