"""The functions as AWS Lambda runs them: wiring, translation to HTTP, and nothing else."""
