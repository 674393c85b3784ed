"""Hot paths of the portal, each beside a peer or a limit measured in the same run."""
