"""Everything that touches the world: disk, clock, network, processes, terminal."""
