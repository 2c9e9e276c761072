"""How fast the simulator answers, how long a rehearsal takes, how much memory both want: `make bench`.

A benchmark is one module of `bench.benchmarks`; nothing of the product imports this package.
"""
