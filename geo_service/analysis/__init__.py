"""Pure measures: frames in, frames out."""
