"""csto-site: a static site generator for news archives.

Read in this order: `model` (the values), `pipeline` (the whole program in one function), then
`parse`, `markup`, `archive`, `plan`, `render`, `records`, `check`, and last `shell`, which alone touches the world.
"""

__version__ = "0.1.0"
