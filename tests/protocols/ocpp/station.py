#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A charging station (or clamp) that speaks OCPP 1.6J, on python3-websockets: the independent peer of the tests.

It shares nothing with the program. Its clock is moved by whoever runs it: commands come as JSON lines on standard
input, each is answered by one line {"event": "done", ...} once all that it made the station say was answered.
Every CALL that comes in is told as {"event": "call", ...}; a second one before the first was answered as "violation".
"""
import argparse
import asyncio
import base64
import datetime
import json
import sys
import urllib.parse

import websockets

PURPOSES = ("ChargePointMaxProfile", "TxDefaultProfile", "TxProfile")


def tell(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


def parse_time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Refusal(Exception):
    """A CALLERROR: code, text."""


class Station:
    def __init__(self, options):
        self.options = options
        self.now = options.now
        self.socket = None
        self.pending = {}
        self.count = 0
        self.busy = False  # a CALL of the server is being answered
        self.profiles = []
        self.status = "Available"
        self.transaction = None
        self.energy = 12345.0
        self.wish = 16.0  # what the car takes at most
        self.follows = not options.disobey
        self.speaking = asyncio.Lock()
        self.later = []
        self.boots = 0
        self.interval = None
        self.keys = {
            "GetConfigurationMaxKeys": [str(options.max_keys or 40), True],
            "SupportedFeatureProfiles": ["Core,SmartCharging,RemoteTrigger", True],
            "NumberOfConnectors": ["1", True],
            "ChargingScheduleAllowedChargingRateUnit": [options.units, True],
            "ChargeProfileMaxStackLevel": [str(options.told_levels), True],
            "MaxChargingProfilesInstalled": ["4", True],
            "MeterValuesSampledData": ["Energy.Active.Import.Register", False],
            "MeterValueSampleInterval": ["60", False],
            "ClockAlignedDataInterval": ["900", False],
            "WebSocketPingInterval": ["60", False],
        }

    # ---- frames ----

    async def send(self, frame):
        await self.socket.send(json.dumps(frame))

    async def call(self, action, payload):
        async with self.speaking:
            self.count += 1
            key = "st-%d" % self.count
            future = asyncio.get_running_loop().create_future()
            self.pending[key] = future
            await self.send([2, key, action, payload])
            return await asyncio.wait_for(future, 10)

    async def receive(self, text):
        frame = json.loads(text)
        if frame[0] == 2:
            asyncio.ensure_future(self.take_call(frame[1], frame[2], frame[3]))
        elif frame[1] in self.pending:
            future = self.pending.pop(frame[1])
            if frame[0] == 3:
                future.set_result(frame[2])
            else:
                future.set_exception(Refusal(frame[2], frame[3]))

    async def take_call(self, key, action, payload):
        if self.busy:
            tell("violation", action=action)
        if len(key) > 36:
            tell("violation", action="id")
        tell("call", action=action, payload=json.dumps(payload, separators=(",", ":")))
        if action == "SetChargingProfile" and self.options.mute:
            return
        self.busy = True
        # Whatever was sent behind this CALL is here before the answer to our ping.
        await (await self.socket.ping())
        try:
            answer = getattr(self, "on_" + action)(**payload)
            frame = [3, key, answer]
        except AttributeError:
            frame = [4, key, "NotImplemented", "", {}]
        except Refusal as refusal:
            frame = [4, key, refusal.args[0], refusal.args[1], {}]
        self.busy = False
        await self.send(frame)
        todo, self.later = self.later, []
        for action in todo:
            asyncio.ensure_future(action())

    # ---- what the server wants ----

    def on_GetConfiguration(self, key=None):
        most = self.options.max_keys
        if key and most and len(key) > most:
            raise Refusal("OccurenceConstraintViolation", "too many keys")
        names = key or list(self.keys)
        known = [
            {"key": name, "value": self.keys[name][0], "readonly": self.keys[name][1]}
            for name in names
            if name in self.keys
        ]
        return {"configurationKey": known, "unknownKey": [name for name in names if name not in self.keys]}

    def on_ChangeConfiguration(self, key, value):
        if key not in self.keys:
            return {"status": "NotSupported"}
        if self.keys[key][1]:
            return {"status": "Rejected"}
        if key == "MeterValuesSampledData" and self.options.no_measurand in value.split(","):
            return {"status": "Rejected"}
        if key == "MeterValueSampleInterval" and int(value) < self.options.least_interval:
            return {"status": "Rejected"}
        self.keys[key][0] = value
        return {"status": "Accepted"}

    def on_ChangeAvailability(self, connectorId, type):
        return {"status": "Rejected" if connectorId == 0 and self.options.no_zero else "Accepted"}

    def on_TriggerMessage(self, requestedMessage, connectorId=None):
        if self.options.no_trigger:
            raise Refusal("NotImplemented", "")
        wanted = {
            "BootNotification": self.say_boot,
            "StatusNotification": self.say_status,
            "MeterValues": self.say_values,
        }.get(requestedMessage)
        if wanted is None:
            return {"status": "NotImplemented"}
        self.later.append(wanted)
        return {"status": "Accepted"}

    def on_SetChargingProfile(self, connectorId, csChargingProfiles):
        profile = dict(csChargingProfiles, connector=connectorId, set=self.now)
        schedule = profile["chargingSchedule"]
        if profile["chargingProfilePurpose"] not in PURPOSES:
            return {"status": "Rejected"}
        if profile["stackLevel"] > self.options.levels:
            return {"status": "Rejected"}
        if self.options.unit and schedule["chargingRateUnit"] != self.options.unit:
            return {"status": "Rejected"}
        for period in schedule["chargingSchedulePeriod"]:
            if abs(period["limit"] * 10 - round(period["limit"] * 10)) > 1e-9:
                return {"status": "Rejected"}
        self.profiles = [
            other
            for other in self.profiles
            if other["chargingProfileId"] != profile["chargingProfileId"]
            and not (
                other["chargingProfilePurpose"] == profile["chargingProfilePurpose"]
                and other["stackLevel"] == profile["stackLevel"]
                and other["connector"] == connectorId
            )
        ]
        self.profiles.append(profile)
        return {"status": "Accepted"}

    def on_ClearChargingProfile(self, id=None, connectorId=None, chargingProfilePurpose=None, stackLevel=None):
        before = len(self.profiles)
        self.profiles = [
            p
            for p in self.profiles
            if not (
                (id is None or p["chargingProfileId"] == id)
                and (connectorId is None or p["connector"] == connectorId)
                and (chargingProfilePurpose is None or p["chargingProfilePurpose"] == chargingProfilePurpose)
                and (stackLevel is None or p["stackLevel"] == stackLevel)
            )
        ]
        return {"status": "Accepted" if len(self.profiles) < before else "Unknown"}

    def on_Reset(self, type):
        return {"status": "Accepted"}

    # ---- limits ----

    def limit_of(self, profile):
        """A per phase at this time; None: it says nothing."""
        schedule = profile["chargingSchedule"]
        start = parse_time(schedule["startSchedule"]) if "startSchedule" in schedule else profile["set"]
        passed = self.now - start
        if passed < 0 or ("duration" in schedule and passed >= schedule["duration"] and not self.options.no_expiry):
            return None
        last = [p for p in schedule["chargingSchedulePeriod"] if p["startPeriod"] <= passed][-1]
        if schedule["chargingRateUnit"] == "W":
            return last["limit"] / 230.0 / last.get("numberPhases", 3)
        return last["limit"]

    def limit(self):
        limits = []
        for purpose in PURPOSES:
            stack = sorted(
                (p for p in self.profiles if p["chargingProfilePurpose"] == purpose), key=lambda p: -p["stackLevel"]
            )
            said = [self.limit_of(p) for p in stack]
            said = [value for value in said if value is not None]
            if said:
                limits.append(said[0])
        return min(limits) if limits else None

    def current(self):
        if self.status != "Charging":
            return 0.0
        limit = self.limit()
        if not self.follows or limit is None:
            return self.wish
        return min(self.wish, limit) if limit >= 6 else 0.0

    # ---- what it says ----

    def stamp(self):
        return datetime.datetime.fromtimestamp(self.now, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    async def say_boot(self):
        self.boots += 1
        answer = await self.call(
            "BootNotification",
            {
                "chargePointVendor": self.options.vendor,
                "chargePointModel": "Independent",
                "chargePointSerialNumber": "SN-1",
                "firmwareVersion": "9.9",
            },
        )
        self.interval = answer["interval"]
        if answer["status"] != "Accepted" or not isinstance(self.interval, int) or self.interval <= 0:
            tell("violation", action="boot answer")
        parse_time(answer["currentTime"])

    async def say_status(self, status=None):
        self.status = status or self.status
        await self.call(
            "StatusNotification",
            {"connectorId": 1, "errorCode": "NoError", "status": self.status, "timestamp": self.stamp()},
        )

    def samples(self):
        amps = self.current()
        if self.options.clamp:
            values = [("%.2f" % a, "Current.Import", "L%d" % (i + 1), "A") for i, a in enumerate(self.options.clamp)]
            values += [("231.5", "Voltage", None, "V"), ("%.1f" % (sum(self.options.clamp) * 231.5), "Power.Active.Import", None, "W")]
            values += [("12.345", "Energy.Active.Import.Register", None, "kWh")]
        elif self.options.phaseless:
            values = [(" %.1f " % amps, "Current.Import", None, "A"), ("%.3f" % (amps * 0.69), "Power.Active.Import", None, "kW")]
        else:
            values = [("%.1f" % amps, "Current.Import", phase, "A") for phase in ("L1", "L2", "L3")]
            values += [("230.1", "Voltage", phase + "-N", "V") for phase in ("L1", "L2", "L3")]
            values += [("%.1f" % (amps * 690), "Power.Active.Import", None, "W"), ("", "Current.Offered", None, "A")]
            values += [("%.0f" % self.energy, None, None, None), ("41", "Temperature", None, "Celcius")]
        out = []
        for value, measurand, phase, unit in values:
            sample = {"value": value}
            if measurand:
                sample["measurand"] = measurand
            if phase:
                sample["phase"] = phase
            if unit:
                sample["unit"] = unit
            out.append(sample)
        out.append({"measurand": "Power.Offered"})
        return out

    async def say_values(self):
        payload = {"connectorId": 1, "meterValue": [{"timestamp": self.stamp(), "sampledValue": self.samples()}]}
        if self.transaction is not None:
            payload["transactionId"] = self.transaction
        await self.call("MeterValues", payload)

    # ---- commands ----

    async def do_time(self, now):
        self.now = now

    async def do_plug(self):
        await self.say_status("Preparing")
        answer = await self.call("Authorize", {"idTag": "CARD"})
        if answer["idTagInfo"]["status"] != "Accepted":
            return
        answer = await self.call(
            "StartTransaction",
            {"connectorId": 1, "idTag": "CARD", "meterStart": int(self.energy), "timestamp": self.stamp()},
        )
        self.transaction = answer["transactionId"]
        await self.say_status("Charging")

    async def do_unplug(self):
        await self.call(
            "StopTransaction",
            {"transactionId": self.transaction, "meterStop": int(self.energy), "timestamp": self.stamp()},
        )
        self.transaction = None
        await self.say_status("Available")

    async def do_status(self, status):
        await self.say_status(status)

    async def do_values(self, energy=None):
        self.energy += energy or 0
        await self.say_values()

    async def do_follow(self, follow):
        self.follows = follow

    async def do_wish(self, amps):
        self.wish = amps

    async def do_call(self, action, payload):
        try:
            tell("answer", payload=await self.call(action, payload))
        except Refusal as refusal:
            tell("refused", code=refusal.args[0])

    async def do_raw(self, text):
        await self.socket.send(text)

    async def do_drop(self):
        """The connection goes without a word; it comes back at "come"."""
        self.socket.transport.abort()

    async def do_come(self):
        await self.connect()

    async def do_state(self):
        pass

    # ---- life ----

    async def connect(self):
        headers = {}
        if self.options.key is not None:
            pair = self.options.id.encode() + b":" + bytes.fromhex(self.options.key)
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        url = self.options.url + "/" + urllib.parse.quote(self.options.id, safe="")
        self.socket = await websockets.connect(
            url, subprotocols=["ocpp1.6"], extra_headers=headers, ping_interval=None, close_timeout=1
        )
        self.busy = False
        if self.socket.subprotocol != "ocpp1.6":
            tell("violation", action="subprotocol")
        asyncio.ensure_future(self.listen(self.socket))

    async def listen(self, socket):
        try:
            async for message in socket:
                await self.receive(message)
        except websockets.ConnectionClosed:
            pass
        try:
            tell("closed")
        except BrokenPipeError:  # whoever started it is gone
            pass

    async def run(self):
        try:
            await self.connect()
        except websockets.InvalidStatusCode as error:
            tell("status", code=error.status_code)
            return
        if not self.options.no_boot:
            await self.say_boot()
            await self.say_status()
        tell("connected")
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while True:
            line = await reader.readline()
            if not line:
                break
            command = json.loads(line)
            await getattr(self, "do_" + command.pop("do"))(**command)
            tell(
                "done",
                limit=self.limit(),
                current=self.current(),
                status=self.status,
                transaction=self.transaction,
                profiles=len(self.profiles),
                interval=self.interval,
                boots=self.boots,
            )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--id", required=True)
    parser.add_argument("--now", type=float, required=True)
    parser.add_argument("--vendor", default="Independent")
    parser.add_argument("--key", help="hex")
    parser.add_argument("--max-keys", type=int, default=0)
    parser.add_argument("--levels", type=int, default=9, help="highest stack level that it takes")
    parser.add_argument("--told-levels", type=int, default=9, help="what it says that it takes")
    parser.add_argument("--units", default="Current,Power", help="what it says of its units")
    parser.add_argument("--unit", help="the one that it takes")
    parser.add_argument("--least-interval", type=int, default=1)
    parser.add_argument("--no-measurand", default="none")
    parser.add_argument("--mute", action="store_true", help="never answers SetChargingProfile")
    parser.add_argument("--disobey", action="store_true")
    parser.add_argument("--no-expiry", action="store_true", help="a firmware that forgets durations")
    parser.add_argument("--phaseless", action="store_true")
    parser.add_argument("--no-boot", action="store_true")
    parser.add_argument("--no-trigger", action="store_true")
    parser.add_argument("--no-zero", action="store_true", help="rejects availability of connector 0")
    parser.add_argument("--clamp", type=float, nargs=3)
    asyncio.run(Station(parser.parse_args()).run())


main()
