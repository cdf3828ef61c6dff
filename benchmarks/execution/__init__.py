"""Fresh processes with limits: starting, watching and ending them."""
