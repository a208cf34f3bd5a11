"""`./portal.sh bench`: what a page costs, compared with the least that any page costs on this
machine.
"""
