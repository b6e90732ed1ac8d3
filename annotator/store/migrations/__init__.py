"""How project files made by earlier versions become today's."""
