"""`python -m tests.faults`: the long siege."""

import sys

from tests.faults.long_siege import main

sys.exit(main())
