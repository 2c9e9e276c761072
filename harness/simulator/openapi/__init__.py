"""What the wires serve, told to programs: an OpenAPI document, and a collection of requests made of it."""
