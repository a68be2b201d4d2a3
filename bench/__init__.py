"""The project's own benchmark: a generated archive, other programs beside ours, and a runner that measures them."""
