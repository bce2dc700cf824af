"""Our pytest plugins: the seed, what marked tests need, and minutes per marker."""
