"""What happens, step by step: each flow is one thing that a person or a schedule sets off."""
