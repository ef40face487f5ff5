"""python -m aptas"""

from aptas.cli import main

main()
