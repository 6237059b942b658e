#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that speak JSON over HTTP, P1 telegrams or a cloud: documents.py --list | --expect NAME | --documents NAME.

The situation of the meters is that of meters.py: L1 and L3 import, L2 exports.
"""
import json
import sys

from meters import AMPERES, EXPORT_WH, HERTZ, IMPORT_WH, TOTAL, VOLTS, WATTS, reading

UNKNOWN = {"code": 404, "message": "No handler"}


class Web:
    """documents: {path with query: JSON}; every other path answers 404. auth: None, "basic", "digest" or "bearer"."""

    def __init__(self, profile, kind, connection, about, documents, expect, auth=None, telegram=None):
        self.profile, self.kind, self.connection, self.about = profile, kind, connection, about
        self.documents, self.expect, self.auth, self.telegram = documents, expect, auth, telegram
        self.charger = None
        self.writes = {}

    def describe(self, name):
        return {"name": name, "profile": self.profile, "kind": self.kind, "connections": [self.connection], "about": self.about,
                "auth": self.auth, "charger": self.charger, "expect": self.expect, "writes": self.writes}


def shelly(profile, model, generation, mono):
    info = {"id": "shelly-34987a450c28", "mac": "34987A450C28", "model": model, "gen": generation, "auth_en": False,
            "profile": "monophase" if mono else "triphase"}
    documents = {"/rpc/Shelly.GetDeviceInfo": info}
    if mono:
        for n in range(3):
            documents[f"/rpc/EM1.GetStatus?id={n}"] = {"id": n, "current": AMPERES[n], "voltage": VOLTS[n], "act_power": WATTS[n],
                                                       "aprt_power": abs(WATTS[n]), "pf": 0.99, "freq": HERTZ}
            documents[f"/rpc/EM1Data.GetStatus?id={n}"] = {"id": n, "total_act_energy": 1000.0, "total_act_ret_energy": 2000.0}
        expect = reading(frequency_mhz=None, energy_import_wh=None, energy_export_wh=None)
    else:
        status = {"id": 0, "n_current": None, "total_current": sum(AMPERES), "total_act_power": TOTAL, "total_aprt_power": 6000.0,
                  "user_calibrated_phase": []}
        for n, phase in enumerate("abc"):
            status.update({f"{phase}_current": AMPERES[n], f"{phase}_voltage": VOLTS[n], f"{phase}_act_power": WATTS[n],
                           f"{phase}_aprt_power": abs(WATTS[n]), f"{phase}_pf": 0.99, f"{phase}_freq": HERTZ})
        documents["/rpc/EM.GetStatus?id=0"] = status
        documents["/rpc/EMData.GetStatus?id=0"] = {"id": 0, "total_act": float(IMPORT_WH), "total_act_ret": float(EXPORT_WH)}
        expect = reading()
    expect.update(model=model, variant=info["profile"])
    return Web(profile, "meter", "http", f"Profile {info['profile']}.", documents, expect)


def shelly_gen1(valid=True):
    emeters = [{"power": WATTS[n], "pf": 0.99, "current": AMPERES[n], "voltage": VOLTS[n], "is_valid": valid or n != 1,
                "total": IMPORT_WH / 3, "total_returned": EXPORT_WH / 3} for n in range(3)]
    expect = reading(frequency_mhz=None, model="SHEM-3")
    about = "First generation."
    if not valid:
        about = "First generation; channel 2 says that it is not valid."
        expect = {"current_l1_ma": 5250, "missing": ["current.l2", "voltage.l2", "power.l2"]}
    return Web("shelly-3em", "meter", "http", about,
               {"/status": {"total_power": TOTAL, "emeters": emeters}, "/shelly": {"type": "SHEM-3", "mac": "34945475F2B1", "auth": False}}, expect)


def homewizard(volts=True):
    data = {"active_power_w": TOTAL, "total_power_import_t1_kwh": 6172.8, "total_power_import_t2_kwh": 6172.8,
            "total_power_export_t1_kwh": 400.0, "total_power_export_t2_kwh": 389.0}
    for n in range(3):
        data[f"active_power_l{n + 1}_w"] = WATTS[n]
        data[f"active_current_l{n + 1}_a"] = (5, 3, 17)[n]
        if volts:
            data[f"active_voltage_l{n + 1}_v"] = VOLTS[n]
    expect = reading(frequency_mhz=None, current_ma=[5215, -3481, 17316]) if volts else reading(
        frequency_mhz=None, current_ma=[5000, -3000, 17000], voltage_mv=[0, 0, 0])
    return Web("homewizard-p1", "meter", "http", "Current is power by voltage." if volts else "No voltages: whole amperes, sign of the power.",
               {"/api/v1/data": data}, expect)


def crc16(octets):
    """CRC-16 of a telegram: polynomial 0xA001, start 0."""
    crc = 0
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def dsmr(volts=True):
    lines = ["/ISK5\\2M550T-1012", "", "1-3:0.2.8(50)", "0-0:1.0.0(261121140000W)", "1-0:1.8.1(006172.800*kWh)", "1-0:1.8.2(006172.800*kWh)",
             "1-0:2.8.1(000400.000*kWh)", "1-0:2.8.2(000389.000*kWh)", "1-0:1.7.0(04.400*kW)", "1-0:2.7.0(00.000*kW)"]
    if volts:
        lines += [f"1-0:{code}.7.0({value:05.1f}*V)" for code, value in zip((32, 52, 72), VOLTS)]
    lines += [f"1-0:{code}.7.0({value:03d}*A)" for code, value in zip((31, 51, 71), (5, 3, 17))]
    for code, value in zip((21, 41, 61), WATTS):
        lines += [f"1-0:{code}.7.0({max(value, 0) / 1000:06.3f}*kW)", f"1-0:{code + 1}.7.0({max(-value, 0) / 1000:06.3f}*kW)"]
    body = "\r\n".join(lines) + "\r\n!"
    telegram = f"{body}{crc16(body.encode('ascii')):04X}\r\n"
    expect = reading(frequency_mhz=None, current_ma=[5215, -3481, 17316]) if volts else reading(
        frequency_mhz=None, current_ma=[5000, -3000, 17000], voltage_mv=[0, 0, 0])
    return Web("dsmr-p1", "meter", "p1", "DSMR 5: current is power by voltage." if volts else "No voltages: whole amperes, sign of the power.",
               {}, expect, telegram=telegram)


def zaptec(profile, online=True):
    charger = "5d3a1c2e-0000-4000-8000-000000000001"
    told = {-2: "1" if online else "0", 501: "230.1", 502: "229.8", 503: "231.0", 507: "13.256", 508: "13.1", 509: "12.999", 510: "16",
            511: "6", 512: "4", 513: "9063", 522: "4", 523: "10", 553: "4.321", 707: "32", 708: "16", 710: "3", 718: "0", 804: "0"}
    it = Web(profile, "station", "cloud", "Charging under a limit of 16 A." if online else "Not on line.",
             {"/api/chargers": {"Data": [{"Id": charger, "Name": "Place 1", "DeviceId": "ZAP000001", "InstallationId": "i1"}]},
              f"/api/chargers/{charger}/state": [{"StateId": key, "ValueAsString": value} for key, value in told.items()]},
             {"vehicle": "C", "status": "charging", "current_ma": [13256, 13100, 12999], "voltage_mv": [230100, 229800, 231000],
              "power_w": 9063, "session_wh": 4321, "limit_set_ma": 16000, "limit_actual_ma": 16000, "limit_min_ma": 6000,
              "limit_max_ma": 32000, "failsafe_ma": 10000}, auth="bearer")
    if not online:
        del it.expect["vehicle"]
        it.expect["status"] = "not-in-operation"
    it.charger = charger
    it.writes = {"setpoint_10a": {"path": f"/api/chargers/{charger}/update", "body": {"maxChargeCurrent": 10}},
                 "setpoint_0": {"path": f"/api/chargers/{charger}/update", "body": {"maxChargeCurrent": 0}},
                 "commission": {"path": f"/api/chargers/{charger}/update", "body": {"offlineChargeCurrent": 6}}}
    return it


DEVICES = {
    "shelly-pro-3em": shelly("shelly-pro-3em", "SPEM-003CEBEU", 2, False),
    "shelly-pro-3em-monophase": shelly("shelly-pro-3em", "SPEM-003CEBEU", 2, True),
    "shelly-3em-gen3": shelly("shelly-3em-gen3", "S3EM-EXAMPLE", 3, False),
    "shelly-3em": shelly_gen1(),
    "shelly-3em-invalid": shelly_gen1(valid=False),
    "homewizard-p1": homewizard(),
    "homewizard-p1-no-voltage": homewizard(volts=False),
    "dsmr-p1": dsmr(),
    "dsmr-p1-no-voltage": dsmr(volts=False),
    "zaptec-pro": zaptec("zaptec-pro"),
    "zaptec-home": zaptec("zaptec-home"),
    "zaptec-pro-offline": zaptec("zaptec-pro", online=False),
}


def main(arguments):
    if arguments == ["--list"]:
        for name, device in DEVICES.items():
            print(json.dumps({"name": name, "profile": device.profile, "kind": device.kind, "connections": [device.connection],
                              "about": device.about}))
        return 0
    if len(arguments) == 2 and arguments[0] in ("--expect", "--documents") and arguments[1] in DEVICES:
        device = DEVICES[arguments[1]]
        print(json.dumps(device.describe(arguments[1]) if arguments[0] == "--expect" else device.telegram or device.documents))
        return 0
    print("documents.py --list | --expect NAME | --documents NAME", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
