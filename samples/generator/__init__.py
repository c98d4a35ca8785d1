"""Makes coherent fictional dossiers with their truth: `python -m samples.generator OUT --seed N --count K`.

A dossier (`dossiers`) is invented (`organisation`), written (`papers`), perhaps spoiled (`mistakes`), set (`setting`),
scanned (`defects`) and packed (`packets`). The same seed gives the same dossiers.
"""
