// Data sets, augmentation, trainer and evaluation. See docs/architecture.md.
