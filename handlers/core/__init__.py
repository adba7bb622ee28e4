"""What every handler uses: routing, the gate, commands, forms, answers."""
