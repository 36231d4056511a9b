"""How is a syntax tree searched? For nodes, variables, and the operation that a request means."""

from collections.abc import Iterator

from graphql import DocumentNode, Node, OperationDefinitionNode, VariableNode


def nodes_below(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        for name in each.keys:
            part = getattr(each, name, None)
            if isinstance(part, Node):
                waiting.append(part)
            elif isinstance(part, list | tuple):
                waiting += [one for one in part if isinstance(one, Node)]


def variables_in(node: Node) -> set[str]:
    """Return the names of the variables that are used in a node or below it."""
    return {each.name.value for each in nodes_below(node) if isinstance(each, VariableNode)}


def operations_in(document: DocumentNode) -> list[OperationDefinitionNode]:
    """List the operations of a document."""
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def find_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """Find the operation by name, or without a name the only one; None if there is none, or several and no name."""
    operations = operations_in(document)
    if name is not None:
        return next((each for each in operations if each.name is not None and each.name.value == name), None)
    return operations[0] if len(operations) == 1 else None
