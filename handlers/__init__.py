"""What is done with commands; one package per system that takes them."""
