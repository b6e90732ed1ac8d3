"""Models that do not come with the program: a program of the user's, an address, a chat model, an installed package."""
