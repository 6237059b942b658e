#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""convert.py: turns the published data sets named in README.md into the columns that Busbar reads.

    convert.py FOLDER            writes all samples beside this script, from the files in FOLDER
    convert.py FOLDER -o OUT     writes them to OUT
    convert.py FOLDER --only sessions-garage-12 --garages Bl2,UT7 --from 2019-10-01 --to 2019-11-01

The same input gives the same bytes. Python's standard library only.
"""

import argparse
import csv
import datetime
import os
import sys
import zoneinfo

OSLO = zoneinfo.ZoneInfo('Europe/Oslo')
# No AC station gives more: a session above it is a wrong row.
MOST_KW = 22.0

# file, columns of it that become l1_w l2_w l3_w; one column becomes total_w
LOADS = {
    'load-house1': ('house3_3ph_1min.csv', ['L2_w']),
    'load-house3': ('house3_3ph_1min.csv', ['L1_w', 'L2_w', 'L3_w']),
    'load-house12': ('house12_3ph_1min.csv', ['L1_w', 'L2_w', 'L3_w']),
    'load-feeder55': ('feeder55_3ph_1min.csv', ['L1_w', 'L2_w', 'L3_w']),
}
PV = 'pv-serf-east'
PV_SOURCE = 'serf_east_1min_ac_power.csv'
SESSIONS_SOURCE = 'trondheim_ev_charging_reports.csv'
# garages (None: all), users (None: all), first and last day (excluded) of arrival after the shift, hours by which times
# are moved, whether to add the assumed columns `phases` and `max_a`
SESSIONS = {
    'sessions-home-1': (['AdO3'], ['AdO3-2'], '2019-03-01', '2019-04-01', -8, False),
    'sessions-villa-2': (['AdO1'], ['AdO1-1', 'AdO1-3'], '2019-03-01', '2019-04-01', 0, True),
    'sessions-garage-12': (['Bl2'], None, '2019-11-01', '2019-12-01', 0, True),
    'sessions-office-40': (None, None, '2020-01-06', '2020-02-01', -8, True),
}
# The data does not say what the cars can draw. Assumed: the cars of every second user (in order of the names) use one phase
# and 32 A, the others three phases and 16 A. All recorded averages are below either.
CARS = [('1', '32'), ('3', '16')]


def number(text):
    """Shortest text of a decimal number."""
    value = f'{float(text):.4f}'.rstrip('0').rstrip('.')
    return '0' if value == '-0' else value


def write_rows(out, name, header, rows):
    path = os.path.join(out, name + '.csv')
    with open(path + '.tmp', 'w', encoding='utf-8', newline='') as file:
        file.write(header + '\n')
        file.writelines(','.join(row) + '\n' for row in rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.tmp', path)
    return f'{name}.csv: {len(rows)} rows, {os.path.getsize(path)} bytes'


def convert_load(source, out, name, _options):
    columns = LOADS[name][1]
    with open(source, encoding='utf-8-sig', newline='') as file:
        rows = [[number(row[key]) for key in ['minute', *columns]] for row in csv.DictReader(file)]
    return write_rows(out, name, 'minute,total_w' if len(columns) == 1 else 'minute,l1_w,l2_w,l3_w', rows)


def convert_pv(source, out, name, options):
    """One local day; --pv-peak-kw scales it so that the day's highest power is that."""
    rows = []
    with open(source, encoding='utf-8-sig', newline='') as file:
        for time, power in list(csv.reader(file))[1:]:
            when = datetime.datetime.fromisoformat(time)
            if when.date().isoformat() == options.pv_day:
                rows.append((when, float(power)))
    if not rows:
        raise SystemExit(f'{source}: nothing on {options.pv_day}')
    factor = 1.0
    if options.pv_peak_kw is not None:
        factor = options.pv_peak_kw * 1000 / max(power for _, power in rows)
    return write_rows(out, name, 'time,power_w',
                      [[when.isoformat(timespec='minutes'), number(power * factor)] for when, power in rows])


def read_session(row, shift):
    """Arrival, departure, energy of a row; ValueError says what is wrong with it."""
    try:
        arrival, departure = (datetime.datetime.strptime(row[key], '%d.%m.%Y %H:%M').replace(tzinfo=OSLO)
                              for key in ('Start_plugin', 'End_plugout'))
        energy = float(row['El_kWh'].replace(',', '.'))
    except ValueError:
        raise ValueError('a time or the energy is missing') from None
    # Through UTC: hours, not clock hours.
    arrival, departure = ((when.astimezone(datetime.timezone.utc) + shift).astimezone(OSLO)
                          for when in (arrival, departure))
    hours = (departure - arrival).total_seconds() / 3600
    if hours <= 0:
        raise ValueError('departure is not after arrival')
    if energy <= 0:
        raise ValueError('no energy')
    if energy / hours > MOST_KW:
        raise ValueError(f'more than {MOST_KW:g} kW on average')
    return arrival, departure, energy


def convert_sessions(source, out, name, options):
    garages, users, first, last, shift_h, assume_cars = SESSIONS[name]
    garages = options.garages.split(',') if options.garages else garages
    first, last = options.first or first, options.last or last
    shift = datetime.timedelta(hours=shift_h if options.shift_h is None else options.shift_h)
    if options.garages:
        users = None
    rows, dropped = [], {}
    with open(source, encoding='utf-8-sig', newline='') as file:
        all_rows = list(csv.DictReader(file, delimiter=';'))
    names = sorted({row['User_ID'] for row in all_rows if users is None or row['User_ID'] in users})
    car_of = {user: CARS[number % len(CARS)] for number, user in enumerate(names)} if assume_cars else {}
    for row in all_rows:
        if garages is not None and row['Garage_ID'] not in garages:
            continue
        if users is not None and row['User_ID'] not in users:
            continue
        try:
            arrival, departure, energy = read_session(row, shift)
        except ValueError as error:
            dropped[str(error)] = dropped.get(str(error), 0) + 1
            continue
        if first <= arrival.date().isoformat() < last:
            rows.append((arrival, departure, energy, *car_of.get(row['User_ID'], ())))
    rows.sort()
    line = write_rows(out, name, 'arrival,departure,energy_kwh' + (',phases,max_a' if assume_cars else ''),
                      [[arrival.isoformat(timespec='minutes'), departure.isoformat(timespec='minutes'),
                        number(energy), *car] for arrival, departure, energy, *car in rows])
    wrong = ', '.join(f'{count} ({why})' for why, count in sorted(dropped.items())) or 'none'
    return f'{line}; most cars at once: {most_at_once(rows)}; rows dropped from the whole period: {wrong}'


def most_at_once(rows):
    changes = sorted([(row[0], 1) for row in rows] + [(row[1], -1) for row in rows], key=lambda c: (c[0], c[1]))
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', help='where the published files lie')
    parser.add_argument('-o', '--out', default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument('--only', choices=[*LOADS, PV, *SESSIONS], help='one sample instead of all')
    parser.add_argument('--pv-day', default='2022-03-19', help='local day of the PV plant (default %(default)s)')
    parser.add_argument('--pv-peak-kw', type=float, help="scale PV so that the day's highest power is this")
    parser.add_argument('--garages', help='only sessions of these garages, comma separated')
    parser.add_argument('--from', dest='first', metavar='DAY', help='only sessions that arrive on or after this day')
    parser.add_argument('--to', dest='last', metavar='DAY', help='and before this day')
    parser.add_argument('--shift-h', type=float, help='move sessions by so many hours')
    options = parser.parse_args()
    jobs = [(convert_load, LOADS[name][0], name) for name in LOADS]
    jobs.append((convert_pv, PV_SOURCE, PV))
    jobs += [(convert_sessions, SESSIONS_SOURCE, name) for name in SESSIONS]
    for convert, source, name in jobs:
        if options.only in (None, name):
            print(convert(os.path.join(options.folder, source), options.out, name, options))
    return 0


if __name__ == '__main__':
    sys.exit(main())
