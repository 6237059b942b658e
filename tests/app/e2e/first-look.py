#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
import kit
def look():
    with kit.App("--demo") as app:
        print("#", sorted(app.action_names()))
        for n in app.all():
            print("#", n.get_role_name(), "|", n.get_name(), "|", n.get_description())
kit.run(look)
