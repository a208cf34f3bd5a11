"""`./portal.sh bench`: what a page costs, beside the least that any page costs on this machine."""
