"""Use cases: session in, result out; glue and nothing else."""
