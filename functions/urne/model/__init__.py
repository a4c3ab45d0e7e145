"""What an election and a town's content are: values that cannot exist in a wrong state."""
