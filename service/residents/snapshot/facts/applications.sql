-- Applications taken by the townships: the newest dates and amount of a person and programme.

CREATE TABLE application AS
SELECT
    person_id,
    programme,
    max(apply_date) AS apply_date,
    max(approve_date) AS approve_date,
    arg_max(decide_by, coalesce(approve_date, apply_date)) AS decide_by,
    arg_max(approved_amount_fen, approve_date) AS approved_amount_fen,
    max(claimant_person_id) AS claimant_person_id
FROM xz_coll
GROUP BY person_id, programme;

-- Table person, the columns that stand once for each programme: `app__apply_date__MZ17`. A programme
-- whose rules ask for one is named below; the rest of the township's records is not for the rules.
CREATE TABLE applied AS
WITH dates AS (
    PIVOT application
    ON programme IN (
        'CL01', 'CL02', 'CL04', 'CL05', 'CL06', 'CL07', 'CL08', 'CL09',
        'FL01',
        'GA01',
        'JS01', 'JS02',
        'JY01', 'JY02', 'JY03', 'JY04', 'JY05', 'JY06', 'JY07', 'JY08',
        'LY01', 'LY02', 'LY03',
        'MZ01', 'MZ02', 'MZ03', 'MZ04', 'MZ05', 'MZ06', 'MZ08', 'MZ09', 'MZ10', 'MZ11', 'MZ12',
        'MZ13', 'MZ14', 'MZ17', 'MZ18', 'MZ19',
        'NY01', 'NY02', 'NY03', 'NY04', 'NY05', 'NY06', 'NY07', 'NY08', 'NY09',
        'RS01', 'RS02', 'RS04', 'RS05', 'RS06', 'RS07', 'RS08', 'RS09', 'RS10',
        'SL01', 'SL02',
        'TY01', 'TY02', 'TY03', 'TY04', 'TY05', 'TY06', 'TY07', 'TY08', 'TY09', 'TY11', 'TY12',
        'TY14', 'TY15',
        'WH01',
        'WJ01', 'WJ02', 'WJ03', 'WJ04', 'WJ05', 'WJ06', 'WJ07', 'WJ08', 'WJ09', 'WJ10',
        'YB02',
        'YJ01', 'YJ02', 'YJ03', 'YJ04',
        'ZR01',
        'ZZ01', 'ZZ02'
    )
    USING
        max(apply_date) AS app__apply_date,
        max(approve_date) AS app__approve_date,
        max(decide_by) AS app__decide_by
    GROUP BY person_id
),

events AS (
    PIVOT application
    ON programme IN (
        'MZ19',
        'NY08',
        'RS02', 'RS08',
        'TY11', 'TY12',
        'WJ07',
        'YJ02', 'YJ04'
    )
    USING max(apply_date) AS evt__apply_date
    GROUP BY person_id
),

amounts AS (
    PIVOT application
    ON programme IN (
        'CL01', 'MZ05',
        'RS04', 'RS06',
        'TY15', 'YJ02'
    )
    USING max(approved_amount_fen) AS evt__approved_amount_fen
    GROUP BY person_id
)

SELECT person_id, columns('^([A-Z]{2}[0-9]{2})_(.+)$') AS '\2__\1'
FROM dates FULL JOIN events USING (person_id) FULL JOIN amounts USING (person_id);
