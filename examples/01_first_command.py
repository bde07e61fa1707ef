"""A command with one handler, and a result whose type the command gives.

Nothing but the bus: no PIM, no transport.

Prints:
    shoes: Shoes
"""

from attrs import frozen

from importbus.bus import Command, CommandBus


@frozen
class RenameCategory(Command[str]):
    code: str
    label: str


bus = CommandBus()


@bus.handler
def rename(command: RenameCategory) -> str:
    return f"{command.code}: {command.label}"


print(bus.dispatch(RenameCategory("shoes", "Shoes")))
