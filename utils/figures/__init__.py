"""The figures: one file per chapter, by its name, and what they share.

``parts`` has the blocks (dots, bands, heatmaps, labels), ``charts`` whole charts that
several chapters draw. A figure function takes arrays by name and returns a Matplotlib
figure, which it neither shows nor saves; it trains nothing and loads no TensorFlow.
Colors, lines and markers come from ``utils.style``. The same data give the same SVG,
byte by byte, of less than 150 kB.
"""
