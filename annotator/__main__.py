"""`python -m annotator` and the command `annotator`."""


def main() -> None:
    from annotator.cli import run

    run()


if __name__ == "__main__":
    main()
